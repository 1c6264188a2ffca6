#Requires -Version 5.1
# The sensor from inside the machine, by PowerShell Direct: no network is needed.
Set-StrictMode -Version 3
# A module does not have its caller's preferences.
$ErrorActionPreference = 'Stop'

function Get-SensorStatus {
    <#
    .SYNOPSIS
    What `cofferdam status` says inside the machine; $null while it cannot be asked.
    #>
    [CmdletBinding()]
    param([Parameter(Mandatory)] [string] $VMName, [Parameter(Mandatory)] [pscredential] $Credential)

    try {
        $json = Invoke-Command -VMName $VMName -Credential $Credential -ErrorAction Stop -ScriptBlock {
            & cofferdam.exe status --format json
        }
        $json | Out-String | ConvertFrom-Json
    }
    catch {
        Write-Verbose "the sensor cannot be asked: $_"
        $null
    }
}

function Wait-Sensor {
    <#
    .SYNOPSIS
    Waits until the sensor's status satisfies a condition, and returns it.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)] [string] $VMName,
        [Parameter(Mandatory)] [pscredential] $Credential,
        [Parameter(Mandatory)] [scriptblock] $Until,
        [int] $Seconds = 300
    )

    $end = (Get-Date).AddSeconds($Seconds)
    while ((Get-Date) -lt $end) {
        $status = Get-SensorStatus -VMName $VMName -Credential $Credential
        if ($null -ne $status -and (& $Until $status)) {
            return $status
        }
        Start-Sleep -Milliseconds 250
    }
    throw "the sensor did not come to: $Until"
}

function Send-Content {
    <#
    .SYNOPSIS
    Copies content into the machine and hands it to the sensor. Returns at once: the scenario says what to wait for.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)] [string] $VMName,
        [Parameter(Mandatory)] [pscredential] $Credential,
        [Parameter(Mandatory)] [string] $Path
    )

    $session = New-PSSession -VMName $VMName -Credential $Credential
    try {
        Copy-Item -ToSession $session -LiteralPath $Path -Destination 'C:\Windows\Temp\scenario.dam' -Force
        Invoke-Command -Session $session -ScriptBlock {
            Start-Process -FilePath cofferdam.exe -ArgumentList 'load', 'C:\Windows\Temp\scenario.dam' -WindowStyle Hidden
        }
    }
    finally {
        Remove-PSSession -Session $session
    }
}

function Confirm-Content {
    <#
    .SYNOPSIS
    Confirms that the machine is well with the content that is active, as the sensor's service would.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)] [string] $VMName,
        [Parameter(Mandatory)] [pscredential] $Credential,
        [Parameter(Mandatory)] [uint64] $Version
    )

    Invoke-Command -VMName $VMName -Credential $Credential -ArgumentList $Version -ScriptBlock {
        param($Version)
        & cofferdam.exe load --healthy $Version
        if ($LASTEXITCODE -ne 0) {
            throw "cofferdam load --healthy ended with $LASTEXITCODE"
        }
    }
}

function Stop-Kernel {
    <#
    .SYNOPSIS
    Stops the kernel by itself, with a dump: a critical process is ended.
    #>
    [CmdletBinding()]
    param([Parameter(Mandatory)] [string] $VMName, [Parameter(Mandatory)] [pscredential] $Credential)

    Invoke-Command -VMName $VMName -Credential $Credential -ErrorAction SilentlyContinue -ScriptBlock {
        Stop-Process -Name csrss -Force
    }
}

function Set-SensorService {
    <#
    .SYNOPSIS
    Stops or starts the driver, in order.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)] [string] $VMName,
        [Parameter(Mandatory)] [pscredential] $Credential,
        [Parameter(Mandatory)] [ValidateSet('stop', 'start')] [string] $Verb
    )

    Invoke-Command -VMName $VMName -Credential $Credential -ArgumentList $Verb -ScriptBlock {
        param($Verb)
        & sc.exe $Verb Cofferdam
        if ($LASTEXITCODE -ne 0) {
            throw "sc $Verb ended with $LASTEXITCODE"
        }
    }
}

function Save-SensorState {
    <#
    .SYNOPSIS
    Collects dumps, logs and state inside the machine, and copies the archive to the host.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)] [string] $VMName,
        [Parameter(Mandatory)] [pscredential] $Credential,
        # Get-Dumps.ps1, as it lies on the host.
        [Parameter(Mandatory)] [string] $Script,
        # The archive, on the host.
        [Parameter(Mandatory)] [string] $Destination
    )

    $session = New-PSSession -VMName $VMName -Credential $Credential
    try {
        $said = Invoke-Command -Session $session -FilePath $Script -ArgumentList 'C:\Windows\Temp\cofferdam'
        # The archive's path is the last that the script says.
        $archive = $said | Select-Object -Last 1
        Copy-Item -FromSession $session -LiteralPath $archive -Destination $Destination -Force
    }
    finally {
        Remove-PSSession -Session $session
    }
}

Export-ModuleMember -Function Get-SensorStatus, Wait-Sensor, Send-Content, Confirm-Content, Stop-Kernel, Set-SensorService, Save-SensorState
